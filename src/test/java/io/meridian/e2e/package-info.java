/** The contract, chapter by chapter, through real sockets against a region of two nodes. */
package io.meridian.e2e;
