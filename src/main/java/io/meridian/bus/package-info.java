/**
 * The region's event bus behind typed addresses. At most once and only ever a hint: losing any message here costs
 * time, never data.
 */
package io.meridian.bus;
