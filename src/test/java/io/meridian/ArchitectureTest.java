package io.meridian;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.VerticleBase;

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

    private static final String[] ENGINES = {
        "org.apache.kafka..",
        "io.vertx.kafka..",
        "io.vertx.redis..",
        "io.vertx.cassandra..",
        "com.datastax..",
        "com.hazelcast.."
    };

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
                    ".*(Verticle|Store|Statement|Log|Inbox|Sender|Index|Codec|Link|Script|ScriptCall)(\\$.*)?")
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
            .should(new com.tngtech.archunit.lang.ArchCondition<>("know a verticle of another package") {
                @Override
                public void check(JavaClass type, com.tngtech.archunit.lang.ConditionEvents events) {
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
                            .forEach(dependency -> events.add(com.tngtech.archunit.lang.SimpleConditionEvent.satisfied(
                                    dependency, dependency.getDescription())));
                }
            });

    @ArchTest
    static final ArchRule vocabularyKnowsNoFeature = noClasses()
            .that()
            .resideInAPackage("io.meridian.message..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.meridian.bus..",
                    "io.meridian.log..",
                    "io.meridian.store..",
                    "io.meridian.sequencer..",
                    "io.meridian.delivery..",
                    "io.meridian.conversation..",
                    "io.meridian.gateway..",
                    "io.meridian.service..",
                    "io.meridian.auth..",
                    "io.meridian.receipt..",
                    "io.meridian.region..",
                    "io.meridian.deploy..");

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
