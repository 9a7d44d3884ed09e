-- Tells what the checks at the start need to know, from the node that has the namespace. Changes nothing.
-- KEYS[1] `{namespace}:n`
-- ARGV: a channel of the namespace
-- Reply: INFO of server, memory and replication as one text ('' where it may not be asked), what was said against INFO,
-- what was said against PUBLISH
local channel = ARGV[1]
local info, againstInfo = '', ''
for _, section in ipairs({ 'server', 'memory', 'replication' }) do
  local answer = redis.pcall('INFO', section)
  if type(answer) == 'string' then
    info = info .. answer .. '\n'
  elseif type(answer) == 'table' then
    againstInfo = answer.err or ''
  end
end
local published = redis.pcall('PUBLISH', channel, '')
return { info, againstInfo, type(published) == 'table' and published.err or '' }
