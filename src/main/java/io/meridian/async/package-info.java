/** What Vert.x' futures lack for us. Knows no feature. */
package io.meridian.async;
