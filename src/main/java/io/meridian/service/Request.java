package io.meridian.service;

import io.meridian.conversation.Fields;
import io.meridian.message.ClientMessageId;
import io.meridian.message.UserId;

/**
 * A request as far as the door has checked it.
 *
 * @param account whom its token speaks for
 * @param id of a command: the caller's, or made here. A wrong one is among the body's errors
 */
record Request(UserId account, ClientMessageId id, Fields body) {}
