-- For steps that a full server must not refuse, since jobs end, leases last and memory is freed by them: Redis refuses a script
-- for lack of memory at its first write only, and never when that is one that adds nothing.
call('HDEL', prefix .. 'w', '')
