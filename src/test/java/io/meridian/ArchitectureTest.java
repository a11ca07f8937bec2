package io.meridian;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The house: what is pure stays pure, and features know each other only as the map in docs/architecture.md says. */
@AnalyzeClasses(packages = "io.meridian", importOptions = ArchitectureTest.NoTests.class)
class ArchitectureTest {
    /** By the folder's name alone, wherever the build writes to. */
    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    private static final String ROOT = "io.meridian";

    private static final String[] ENGINES = {
        "org.apache.kafka..",
        "io.vertx.kafka..",
        "io.vertx.redis..",
        "io.vertx.cassandra..",
        "com.datastax..",
        "com.hazelcast.."
    };

    private static final Set<String> MACHINE = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID",
            "java.util.Random.<init>",
            "java.util.concurrent.ThreadLocalRandom.current",
            "java.security.SecureRandom.<init>");

    private static final DescribedPredicate<JavaClass> VERTICLES = DescribedPredicate.describe(
            "verticles", type -> type.isAssignableTo(VerticleBase.class) && !type.isAssignableFrom(VerticleBase.class));

    @ArchTest
    static final ArchRule vocabularyIsPure = noClasses()
            .that()
            .resideInAnyPackage("io.meridian.message..", "io.meridian.region..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "org.apache.kafka..", "com.datastax..", "org.slf4j..");

    @ArchTest
    static final ArchRule foldIsPure = noClasses()
            .that()
            .resideInAPackage("io.meridian.sequencer..")
            .and()
            .haveNameMatching(
                    ".*\\.(Sequencing|Rules|Change|Draft|Members|DedupWindow|ConversationState|StateCodec|Projections|Decision|Input|Applied|LogPosition)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx..", "org.apache.kafka..", "com.datastax..", "org.slf4j..", "io.meridian.bus..");

    @ArchTest
    static final ArchRule onlyIoClassesTouchEngines = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.meridian.launch..", "io.meridian.deploy..", "io.meridian.log..", "io.meridian.store..")
            .and()
            .haveNameNotMatching(
                    ".*(Verticle|Store|Statement|Log|Inbox|Sender|Index|Codec|Link|Script|ScriptCall|Lane)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINES);

    @ArchTest
    static final ArchRule timeIsPassedIn = noClasses()
            .that()
            .resideOutsideOfPackages("io.meridian", "io.meridian.launch..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Clock.class, "systemUTC");

    /** The shells that wait on a thread of their own or spread retries (log), what hands them down (deploy), and the two programs besides. */
    @ArchTest
    static final ArchRule ticksAndRandomnessArePassedIn = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.meridian.log..", "io.meridian.deploy..", "io.meridian.launch..", "io.meridian.bench..")
            .should(new ArchCondition<>("take time or randomness from the machine") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getCodeUnitAccessesFromSelf().stream()
                            .filter(access ->
                                    MACHINE.contains(access.getTargetOwner().getName() + "."
                                            + access.getTarget().getName()))
                            .forEach(access ->
                                    events.add(SimpleConditionEvent.satisfied(access, access.getDescription())));
                }
            });

    /** Future.timeout leaves the event loop. */
    @ArchTest
    static final ArchRule deadlinesStayOnTheEventLoop = noClasses()
            .that()
            .resideOutsideOfPackage("io.meridian.async..")
            .should()
            .callMethod(io.vertx.core.Future.class, "timeout", long.class, java.util.concurrent.TimeUnit.class);

    @ArchTest
    static final ArchRule onlyTheBusTouchesTheEventBus = noClasses()
            .that()
            .resideOutsideOfPackages("io.meridian.bus..", "io.meridian.deploy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.core.eventbus..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nobodyKnowsAnothersVerticle = noClasses()
            .that()
            .resideOutsideOfPackage("io.meridian.deploy..")
            .should(new ArchCondition<>("know a verticle of another package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getDirectDependenciesFromSelf().stream()
                            .filter(dependency -> VERTICLES.test(dependency.getTargetClass())
                                    && !dependency
                                            .getTargetClass()
                                            .getPackageName()
                                            .equals(type.getPackageName())
                                    && dependency
                                            .getTargetClass()
                                            .getPackageName()
                                            .startsWith("io.meridian"))
                            .forEach(dependency -> events.add(
                                    SimpleConditionEvent.satisfied(dependency, dependency.getDescription())));
                }
            });

    /** So that the vocabulary knows no feature, a feature only those that the map names, and none of them who runs it. */
    @ArchTest
    static void packagesKnowThoseThatTheMapNames(JavaClasses classes) throws IOException {
        Map<String, Set<String>> map = PackageMap.read();
        Set<String> packages = new TreeSet<>();
        Set<String> unexpected = new TreeSet<>();
        for (JavaClass type : classes) {
            String from = feature(type);
            packages.add(from);
            // Main alone stands above the packages.
            Set<String> allowed = from.isEmpty() ? Set.of("deploy") : map.getOrDefault(from, Set.of());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(ROOT)
                        && !feature(target).equals(from)
                        && !allowed.contains(feature(target))) {
                    unexpected.add(from + " knows " + feature(target) + ": " + dependency.getDescription());
                }
            }
        }
        packages.remove("");
        assertThat(map.keySet()).isEqualTo(packages);
        assertThat(unexpected).isEmpty();
    }

    /** The name of its package below the root, empty for the root itself. */
    private static String feature(JavaClass type) {
        String[] parts = type.getPackageName().substring(ROOT.length()).split("\\.");
        return parts.length < 2 ? "" : parts[1];
    }

    /** What measures the system sees of it what any client sees. */
    @ArchTest
    static final ArchRule theBenchmarkIsAClient = noClasses()
            .that()
            .resideInAPackage("io.meridian.bench..")
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "of the node or the launcher",
                    type -> type.getPackageName().startsWith("io.meridian")
                            && !type.getPackageName().startsWith("io.meridian.bench")
                            && !type.getPackageName().startsWith("io.meridian.async")));

    @ArchTest
    static final ArchRule onlyTheLauncherKnowsTheBenchmark = noClasses()
            .that()
            .resideOutsideOfPackages("io.meridian.bench..", "io.meridian.launch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.meridian.bench..");

    @ArchTest
    static final ArchRule featuresFormNoCycle =
            slices().matching("io.meridian.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule whatIsNotSharedIsFinal = classes()
            .that()
            .areNotInterfaces()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .and()
            .areNotEnums()
            .and()
            .areNotAnonymousClasses()
            .and()
            .areTopLevelClasses()
            .and()
            .haveSimpleNameNotEndingWith("package-info")
            .should()
            .haveModifier(JavaModifier.FINAL);
}
