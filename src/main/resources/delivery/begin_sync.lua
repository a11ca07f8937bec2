-- Before the first page of a sync. Answers the token of its incompleteness, '' when complete.
local device, refused = admit()
if not device then
  return refused
end
save(device)
return told(device)
