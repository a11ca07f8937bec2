/**
 * Read cursors: how far a user has read a conversation, and how many user messages lie below that.
 *
 * <p>A cursor only grows ({@code seq} is its clock, in the store, too). Listens on {@code receipt.read}, publishes every
 * move on {@code gateways.reads}, so that all devices of the reader count their unread messages alike.
 */
package io.meridian.receipt;
