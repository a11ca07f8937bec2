/** Between regions: who owns what, and in which epoch. With one region there is one ownership record a partition. */
package io.meridian.region;
