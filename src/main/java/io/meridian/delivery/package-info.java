/**
 * Delivery: from stored events to an inbox for each device, and hints to the gateways that hold live sessions.
 *
 * <p><b>The way of an event.</b> {@link io.meridian.delivery.DeliveryVerticle} reads {@code chat.message_sent}, a
 * partition's batches strictly one after the other: find the recipients (members <em>at that seq</em>), plan (pure,
 * {@code FanoutPlan}), append (one Lua call per recipient user and batch), then hint. The offset is committed when the
 * appends are answered; hints are not waited for.
 *
 * <p><b>Redis, per user</b> (one hash slot, by the tag {@code {userId}}):
 * <ul>
 *   <li>{@code inbox:{userId}}, a hash. Field {@code g}: the highest generation a script came with. Field
 *       {@code d:<deviceId>}: {@code "<seen> <mark> <token> <beat> <gateway> <session> <since>"} where
 *       {@code seen} = Unix ms of the last connect, heartbeat or sync, 0 once the device was unseen for too long;
 *       {@code token} = {@code -} for a complete inbox, else the token of its incompleteness; {@code mark} = the
 *       generation in which the device became complete or incomplete; {@code beat} = Unix ms of the holder's last
 *       heartbeat; {@code gateway session} = the holder, {@code - -} for none; {@code since} = since when it holds the
 *       device (Unix ms of its hello, but later than of any before), absent in what an earlier version wrote. Field
 *       {@code r:<deviceId>}:
 *       {@code "<removed> <until>"}, a removal and until when it is remembered, both Unix ms; {@code r:*} speaks for all
 *       devices, once there are too many. A hash that holds nothing but removals expires with them.
 *   <li>{@code inbox:{userId}:<deviceId>}, a stream. Entry id {@code generation-n}; one field, its name the flags
 *       ({@link io.meridian.delivery.InboxFlags}) in decimal, its value the event's JSON as stored.
 * </ul>
 *
 * <p><b>Life of a device.</b> {@code connect}, a heartbeat or the first page of a sync take it into the hash; new ones
 * are incomplete. From then on every append writes to its stream, made by the first one. An entry leaves by the
 * device's acknowledgement ({@code XTRIM MINID}), by the removal of the device, or all at once when the stream would
 * exceed its bounds (entries, bytes) or the device was not seen for 30 days: then the key, and with it the numbering, is kept and the
 * token renewed by the script that noticed. A lapsed device gets nothing until it is seen again, with another token; where
 * a user has as many devices as he may, one more takes the place of those unseen for so long.
 *
 * <p><b>Removal.</b> Nobody gets a device's inbox by an access token that was made at or before its removal; a newer one
 * takes it in again, as a new device. The removal is never taken back, for older tokens live on; it is forgotten when none
 * of them can. The store remembers it, too, and is asked at each hello and sync: a Redis that was emptied forgets.
 *
 * <p><b>Numbering.</b> Dense per device within a generation ({@code XADD key G-*}); a stream that has to be made
 * begins at the time in ms, so that one lost or removed and made again within a generation repeats no id. A gateway
 * sends an entry only if it follows the last one it sent, and else reads the stream.
 *
 * <p><b>Holder.</b> The newest session. A session says with every heartbeat since when it holds the device: the later one
 * takes it back where Redis names an earlier one, having lost its last second.
 *
 * <p><b>Incomplete.</b> A token per device, renewed at each loss. A sync carries the token from its first page to the
 * request that shows that all of it has arrived, which clears it only if it is unchanged. A device whose {@code mark}
 * lies below the region's {@code incompleteBelow} is incomplete whatever its token says, and gets a new one from the next
 * script.
 *
 * <p><b>Generation.</b> One per region, in Cassandra. A Redis that restarted or failed over may have lost its last
 * second, so {@link io.meridian.delivery.RedisLink} reads its run and replication ids on every new connection before
 * that carries a script; a change raises the generation. Scripts refuse a lower one than the user has seen. Each
 * partition appends under the generation it was opened with; when that is no longer the region's, it is opened again
 * at the offset it had finished a minute before it last finished anything, and appends again from there. Clients drop
 * what they hold by (conversation, seq), and first occurrences stay in order because nothing is appended under a new
 * generation before the partition has gone back.
 *
 * <p><b>Never silent.</b> A committed offset that the log no longer holds, or of another log, flags every device of the
 * region incomplete and starts at the log's beginning. A record that nobody can read flags them all, too,
 * and is passed; one that only newer code can read stops its partition.
 *
 * <p>One Redis primary per region or a Redis Cluster, with replicas in production: {@code noeviction},
 * {@code min-replicas-to-write 1}. All of a user's keys lie in one slot. {@link io.meridian.delivery.ServersLink} holds one
 * connection to each primary; a cluster counts as one server, whose identity is that of all its primaries.
 */
package io.meridian.delivery;
