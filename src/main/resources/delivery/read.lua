-- What follows in a device's stream, up to a number of entries and about so many bytes: Redis itself counts entries only.
-- KEYS[1] inbox:{user}. ARGV: 1 device, 2 from (as XRANGE takes it), 3 entries, 4 bytes.
-- Answers: 1 if it ended by a bound and there may be more, the entries.
local CHUNK = 8
local stream, from, limit, left = KEYS[1] .. ':' .. ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local entries = {}
while #entries < limit and left > 0 do
  local wanted = math.min(CHUNK, limit - #entries)
  local page = redis.call('XRANGE', stream, from, '+', 'COUNT', wanted)
  for _, entry in ipairs(page) do
    entries[#entries + 1] = entry
    left = left - #entry[2][2]
  end
  if #page < wanted then
    return { 0, entries }
  end
  from = '(' .. page[#page][1]
end
return { 1, entries }
