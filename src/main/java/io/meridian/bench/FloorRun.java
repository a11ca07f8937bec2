package io.meridian.bench;

import java.util.ArrayList;
import java.util.List;

/** {@code floor}: the load of {@code pairs}, to a process that has the engines do the same work with nothing in between. */
final class FloorRun {
    private static final String FLOOR = "floor";

    private final Bench bench;

    FloorRun(Bench bench) {
        this.bench = bench;
    }

    void run() {
        Settings settings = bench.settings();
        List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(settings.loops()));
        arguments.addAll(FloorSite.of(bench.runFile()).arguments());
        bench.progress("making the floor's topics and tables");
        try (Helper server = Helper.start(FloorServer.class, arguments)) {
            List<Account> accounts = new ArrayList<>();
            List<String> rooms = new ArrayList<>();
            for (int room = 0; room < settings.users() / 2; room++) {
                rooms.add("r" + room);
                for (int member = 0; member < 2; member++) {
                    String name = room + "." + member;
                    accounts.add(new Account(name, name, server.url()));
                }
            }
            Crowd crowd = new Crowd(bench.vertx(), bench.ticker(), settings.loops(), rooms, 2);
            crowd.addMembers(accounts, Bench.DEVICE);
            crowd.connect(Bench.CONNECTING);
            // The nodes are not part of it: what they take meanwhile is said by the engines' idle figures.
            List<RunFile.Entry> entries = new ArrayList<>(bench.runFile().processes());
            entries.removeIf(entry -> entry.kind().equals("node"));
            entries.add(new RunFile.Entry(
                    FLOOR, FLOOR, "", server.pid(), server.url().getPort()));
            Processes processes = new Processes(entries, ProcessHandle.current().pid());
            new LiveLoad(bench).measure(crowd, processes);
        }
    }
}
