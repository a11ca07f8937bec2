package io.meridian.testing;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** An interface of a library of which a test plays a few methods; any other call fails it. */
public final class Stub<T> {
    private final Class<T> type;
    private final Map<String, Function<Object[], Object>> methods = new HashMap<>();

    private Stub(Class<T> type) {
        this.type = type;
    }

    public static <T> Stub<T> of(Class<T> type) {
        return new Stub<>(type);
    }

    /** Every method of this name. */
    public Stub<T> on(String name, Function<Object[], Object> answer) {
        methods.put(name, answer);
        return this;
    }

    public T make() {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Function<Object[], Object> answer = methods.get(method.getName());
                    if (answer != null) {
                        return answer.apply(arguments);
                    }
                    if (method.getDeclaringClass() == Object.class) {
                        return switch (method.getName()) {
                            case "equals" -> self == arguments[0];
                            case "hashCode" -> System.identityHashCode(self);
                            default -> "stub of " + type.getSimpleName();
                        };
                    }
                    throw new AssertionError("nobody plays " + method);
                }));
    }
}
