/**
 * Connections: the HTTP API, and WebSocket in front of {@link io.meridian.gateway.Session}.
 *
 * <p>A frame or call is checked (form, size, caller), becomes a command and is appended to the log; its outcome comes back
 * over the bus under the request's number, and is asked for again by appending once more. Events reach a device from its
 * inbox: a hint is sent on only if it follows the last entry sent, else the stream is read. So whatever the bus loses is
 * found again; a gateway that dies loses nothing but time.
 *
 * <p>Everything of a gateway runs on its one event loop; a node has several gateways, each with an id {@code <node>/<n>}.
 */
package io.meridian.gateway;
