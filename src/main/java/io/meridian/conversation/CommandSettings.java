package io.meridian.conversation;

import io.meridian.message.FoldLimits;
import java.time.Duration;

/**
 * What commands carry, and how patient whoever appended them is.
 *
 * @param foldLimits carried by every command
 * @param acceptedAfter a send that is durable but has no outcome by then is told to be accepted
 * @param reappendAfter a command without an outcome is appended again after so long
 */
public record CommandSettings(FoldLimits foldLimits, Duration acceptedAfter, Duration reappendAfter) {}
