package io.meridian.bus;

/** Where messages of one type go, and what they are: named and typed once. Everything on the bus is a hint that may get lost. */
public record Address<M>(String name, Class<M> type) {}
