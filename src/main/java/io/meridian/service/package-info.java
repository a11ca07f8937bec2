/**
 * The operator's own programs, on the region's event bus: {@code docs/services.md} is the contract, {@code docs/adr/0005} says why
 * it is as it is.
 *
 * <p>A request is a JSON object with an access token, to an address of the cluster; any node answers it. It speaks for the
 * token's account and may no more than that account may over HTTP: it goes through the same checks into the same log. Nothing
 * is kept between requests, so a node that dies with one of them costs the service a repetition.
 */
package io.meridian.service;
