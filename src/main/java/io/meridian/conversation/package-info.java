/**
 * What may be asked of conversations, whichever way it comes: by frame, call or bus. A request is read field by field
 * ({@link io.meridian.conversation.Fields}), checked against what is known of the conversation
 * ({@link io.meridian.conversation.Facts}), appended to the log and followed to its outcome
 * ({@link io.meridian.conversation.Commands}); history is read as far as its reader may see
 * ({@link io.meridian.conversation.Visibilities}).
 *
 * <p>No sockets, no addresses, no frames: gateway and service bring their own. Everything here is used on the one event loop
 * of the verticle that made it.
 */
package io.meridian.conversation;
