package io.meridian.store;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.RegionId;
import io.meridian.message.Seq;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which region has which index: part of every epoch, hence of every position, so for ever. The name and the index are claimed
 * by one conditional batch: no mistake in a configuration takes half of a pair.
 */
public final class RegionStore {
    private static final String REGISTRY = "regions";

    private final Cassandra cassandra;
    private final CqlStatement select;
    private final CqlStatement selectSurely;
    private final CqlStatement claim;

    public RegionStore(Cassandra cassandra) {
        this.cassandra = cassandra;
        select = new CqlStatement(
                cassandra,
                "SELECT claim, claimed_by FROM ${keyspace}.region_registry WHERE registry = ? AND claim IN (?, ?)");
        selectSurely = select.at(ConsistencyLevel.LOCAL_SERIAL);
        claim = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.region_registry (registry, claim, claimed_by) VALUES (?, ?, ?) IF NOT EXISTS");
    }

    /**
     * Fails when the region has another index, or the index another region.
     *
     * @param index 0 to 15
     */
    public Future<Void> register(RegionId region, int index) {
        if (index < 0 || index >= Seq.REGIONS) {
            return Future.failedFuture(new IllegalArgumentException(
                    "region index = " + index + ": use 0 to " + (Seq.REGIONS - 1) + ", another one for every region"));
        }
        return registered(select, region, index)
                .compose(there -> there
                        ? Future.succeededFuture()
                        : claim(region, index)
                                .transform(outcome -> registered(selectSurely, region, index))
                                .compose(now -> now
                                        ? Future.succeededFuture()
                                        : Future.failedFuture(new IllegalStateException(
                                                "region " + region + " could not be registered: try again"))));
    }

    private Future<Void> claim(RegionId region, int index) {
        List<Object[]> claims = List.of(
                new Object[] {REGISTRY, name(region), Integer.toString(index)},
                new Object[] {REGISTRY, index(index), region.value()});
        return claim.bindEach(claims, values -> values)
                .compose(both -> cassandra.batch(both))
                .mapEmpty();
    }

    private Future<Boolean> registered(CqlStatement read, RegionId region, int index) {
        return read.rows(REGISTRY, name(region), index(index)).compose(rows -> {
            Map<String, String> claims = new HashMap<>();
            for (Row row : rows) {
                claims.put(row.getString("claim"), row.getString("claimed_by"));
            }
            String itsIndex = claims.getOrDefault(name(region), Integer.toString(index));
            String itsRegion = claims.getOrDefault(index(index), region.value());
            if (!itsIndex.equals(Integer.toString(index))) {
                return Future.failedFuture(new IllegalStateException("region " + region + " is registered with index "
                        + itsIndex + ", not " + index + ": set it back, an index is for ever"));
            }
            if (!itsRegion.equals(region.value())) {
                return Future.failedFuture(new IllegalStateException("region index " + index + " is " + itsRegion
                        + "'s: give " + region + " an index that no region has had"));
            }
            return Future.succeededFuture(claims.size() == 2);
        });
    }

    private static String name(RegionId region) {
        return "name:" + region;
    }

    private static String index(int index) {
        return "index:" + index;
    }
}
