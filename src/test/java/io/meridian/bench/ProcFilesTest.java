package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcFilesTest {
    private static final String STAT =
            "1234 (java (x) y) S 1 1234 1234 0 -1 4194560 21017 0 1 0 250 50 0 0 20 0 41 0 9000"
                    + " 4096 1000 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0";

    @Test
    void processorTimeIsUserAndSystem() {
        assertThat(ProcFiles.cpuMs(STAT)).hasValue(3_000);
        assertThat(ProcFiles.cpuMs("")).isEmpty();
        assertThat(ProcFiles.cpuMs("1 (x) S 1")).isEmpty();
    }

    @Test
    void theMachineIsBusyWithAllButIdlingAndWaiting() {
        String stat = "cpu  100 10 50 9999 8888 1 2 3 400 500\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
        assertThat(ProcFiles.busyMs(stat)).hasValue(1_660);
        assertThat(ProcFiles.busyMs("")).isEmpty();
    }

    @Test
    void sizesAreFoundByTheirKey() {
        String status = "Name:\tjava\nVmHWM:\t  999 kB\nVmRSS:\t  123456 kB\n";
        assertThat(ProcFiles.kib(status, "VmRSS")).hasValue(123_456);
        assertThat(ProcFiles.kib(status, "VmSwap")).isEmpty();
    }

    @Test
    void theProcessorHasAName() {
        assertThat(ProcFiles.cpuModel("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"))
                .isEqualTo("Some CPU @ 2 GHz");
        assertThat(ProcFiles.cpuModel("")).isEmpty();
    }

    @Test
    void theLiveHeapIsTheSumOfAHistogram() {
        String histogram = " num     #instances         #bytes  class name (module)\n"
                + "   1:         31337        4242424  [B (java.base@17)\nTotal        100000       12345678\n";
        assertThat(Jvm.total(histogram)).hasValue(12_345_678);
        assertThat(Jvm.total("com.sun.tools.attach.AttachNotSupportedException"))
                .isEmpty();
    }

    @Test
    void versionsAreInTheNamesOfJars() {
        String classPath = "/r/io/vertx/vertx-core/5.0.8/vertx-core-5.0.8.jar:/r/kafka_2.13-4.3.1.jar";
        assertThat(Machine.jar(classPath, "vertx-core")).hasValue("5.0.8");
        assertThat(Machine.jar(classPath, "kafka_2.13")).hasValue("4.3.1");
        assertThat(Machine.jar("meridian-17.jar", "meridian")).hasValue("17");
        assertThat(Machine.jar(classPath, "netty")).isEmpty();
    }
}
