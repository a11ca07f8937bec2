package io.meridian.bus;

import io.meridian.message.ErrorCode;

/** {@code error} null: the cursor is stored. */
public record ReadResult(ErrorCode error, String detail) {
    public static final ReadResult STORED = new ReadResult(null, null);
}
