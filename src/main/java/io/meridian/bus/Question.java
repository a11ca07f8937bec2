package io.meridian.bus;

/** An address whose messages are answered: {@code Q} asks, {@code A} answers. No answer in time means: ask again. */
public record Question<Q, A>(String name, Class<Q> question, Class<A> answer) {}
