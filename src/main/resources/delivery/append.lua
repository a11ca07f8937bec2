-- Appends entries to the stream of each of a user's devices. Called for every recipient of every message: it does
-- without the functions of device.lua, which would be made anew by each call.
-- KEYS[1] inbox:{user}. ARGV: 1 generation, 2 incompleteBelow, 3 now (Unix ms), 4 a token that was never used before,
-- 5 entry limit, 6 unseen ms, 7 holder timeout ms, 8 byte limit, 9 bytes of all events of this call,
-- then per entry: flags, event, the device that gets none (or '').
-- Answers, per device with a live session: device, gateway, session, id of its first entry (or ''), 1 if it was found
-- incomplete just now.
local user = redis.call('HGETALL', KEYS[1])
if #user == 0 then
  return {}
end
local generation = ARGV[1]
for i = 1, #user, 2 do
  if user[i] == 'g' and user[i + 1] ~= generation then
    if tonumber(user[i + 1]) > tonumber(generation) then
      return redis.error_reply('STALE ' .. user[i + 1])
    end
    redis.call('HSET', KEYS[1], 'g', generation)
  end
end
local call, match = redis.call, string.match
local incomplete_below, now, limit = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])
local seen_after, beat_after = now - tonumber(ARGV[6]), now - tonumber(ARGV[7])
local arguments = #ARGV
local count = (arguments - 9) / 3
local byte_limit, bytes = tonumber(ARGV[8]), tonumber(ARGV[9])
-- Redis is asked how large a stream is, so that no count of ours can drift: once in so many entries (their numbers are
-- dense, however many were trimmed), and after every call of larger ones. A quarter of the limit at most comes between.
local step = math.floor(byte_limit / 4 / 65536)
local large = bytes > count * 65536
local any = generation .. '-*'
local live = {}
for i = 1, #user, 2 do
  local kind = string.sub(user[i], 1, 2)
  if kind == 'r:' then
    if tonumber(match(user[i + 1], '%d+$')) < now then
      call('HDEL', KEYS[1], user[i])
    end
  elseif kind == 'd:' then
    local device = string.sub(user[i], 3)
    local stream = KEYS[1] .. ':' .. device
    local seen, mark, token, beat, gateway, session, since =
      match(user[i + 1], '^(%d+) (%d+) (%S+) (%d+) (%S+) (%S+) ?(%d*)$')
    local lost = tonumber(mark) < incomplete_below
    if seen ~= '0' and tonumber(seen) < seen_after then
      call('XTRIM', stream, 'MAXLEN', 0)
      seen, lost = '0', true
    end
    local first = ''
    if seen ~= '0' then
      if call('XLEN', stream) + count > limit then
        call('XTRIM', stream, 'MAXLEN', 0)
        lost = true
      end
      local last
      for e = 10, arguments, 3 do
        if ARGV[e + 2] ~= device then
          local id = call('XADD', stream, 'NOMKSTREAM', any, ARGV[e], ARGV[e + 1])
          if not id then
            -- a new stream begins at the time, so that one made again in the same generation repeats no id
            id = call('XADD', stream, generation .. '-' .. ARGV[3], ARGV[e], ARGV[e + 1])
          end
          if first == '' then
            first = id
          end
          last = id
        end
      end
      if last then
        local number = tonumber(match(last, '%d+$'))
        local look = large or math.floor(number / step) > math.floor((number - count) / step)
        if look and call('MEMORY', 'USAGE', stream, 'SAMPLES', 0) > byte_limit * 3 / 4 then
          call('XTRIM', stream, 'MINID', first)
          lost = true
        end
      end
    end
    if lost then
      call('HSET', KEYS[1], user[i],
        seen .. ' ' .. generation .. ' ' .. ARGV[4] .. ' ' .. beat .. ' ' .. gateway .. ' ' .. session .. ' ' .. since)
    end
    if gateway ~= '-' and tonumber(beat) >= beat_after then
      live[#live + 1] = { device, gateway, session, first, lost and 1 or 0 }
    end
  end
end
return live
