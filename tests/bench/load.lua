-- load.lua - what wrk sends; the plan is a Lua table the harness writes: wrk … -s load.lua URL -- PLAN
--
-- plan.kind "read":    requests are made once and sent round and round
-- plan.kind "save":    each project's next version is in the answer to its last save, so a project waits in a queue
--                      while its save is under way: no two saves of one version, whatever the number of connections
-- plan.kind "consume": each address is sent once; when none is left the thread stops and says so

local ffi = require("ffi")
local threads = {}
local count = 0

function setup(thread)
   thread:set("number", count)
   count = count + 1
   thread:set("bad", 0)
   thread:set("first_bad", "")
   thread:set("ran_out", 0)
   table.insert(threads, thread)
end

local plan, made, at, first, last, sent

local function with(headers, more)
   local out = {}
   for k, v in pairs(headers) do out[k] = v end
   for k, v in pairs(more) do out[k] = v end
   return out
end

local function post(path, body)
   sent = sent + 1
   local key = string.format("%s-%d-%d", plan.run, number, sent)
   return wrk.format("POST", path, with(plan.headers, { ["Idempotency-Key"] = key }), body)
end

local function expect(status, body)
   if status ~= plan.status then
      bad = bad + 1
      if first_bad == "" then first_bad = status .. " " .. string.sub(body, 1, 300) end
      return false
   end
   return true
end

local ways = {}

function ways.read()
   for i, path in ipairs(plan.paths) do
      made[i] = wrk.format("GET", path, plan.headers)
   end
   at = (number * 7) % #made
   request = function()
      at = at % #made + 1
      return made[at]
   end
end

function ways.save()
   local queue = {}
   for i, p in ipairs(plan.projects) do
      if i % plan.threads == number then queue[#queue + 1] = p end
   end
   first, last = 1, #queue
   request = function()
      local p = queue[first]
      if p == nil then
         ran_out = ran_out + 1
         return wrk.format("GET", plan.idle, plan.headers)
      end
      queue[first] = nil
      first = first + 1
      return post(string.format(plan.path, p.id), string.format(plan.body, p.version, sent))
   end
   response = function(status, headers, body)
      if not expect(status, body) then return end
      local id, version = string.match(body, '"project":"?(%d+)"?'), string.match(body, '"version":"?(%d+)"?')
      if id == nil or version == nil then return expect(-1, body) end
      last = last + 1
      queue[last] = { id = id, version = version }
   end
end

function ways.consume()
   at = number + 1
   request = function()
      local path = plan.paths[at]
      at = at + plan.threads
      if path == nil then
         ran_out = ran_out + 1
         return wrk.format("GET", plan.idle, plan.headers)
      end
      return post(path, plan.body)
   end
   response = expect_response
end

function init(args)
   plan = dofile(args[1])
   connections = plan.connections
   made, sent = {}, 0
   expect_response = function(status, headers, body) expect(status, body) end
   ways[plan.kind]()
end

-- wrk adds latencies nobody measured, for requests it thinks it should have sent (stats_correct in its stats.c): every
-- count above twice the mean interval is repeated one, two, … intervals lower. From the top down that is undone exactly;
-- without it requests/s times mean latency has no meaning.
ffi.cdef [[ typedef struct { uint64_t count, limit, min, max; uint64_t data[]; } wrk_stats; ]]

local function measured(summary, latency, connections)
   local s = ffi.cast("wrk_stats **", latency)[0]
   local interval = math.floor(summary.duration / math.floor(summary.requests / connections))
   local max, data = tonumber(s.max), s.data
   for n = max, interval * 2, -1 do
      if data[n] > 0 then
         for m = n - interval, interval + 1, -interval do data[m] = data[m] - data[n] end
      end
   end
   local count, sum = 0, 0
   for n = 0, max do
      count = count + tonumber(data[n])
      sum = sum + n * tonumber(data[n])
   end
   local at, seen = {}, 0
   for n = 0, max do
      seen = seen + tonumber(data[n])
      for _, p in ipairs({ 50, 95, 99 }) do
         if at[p] == nil and seen >= count * p / 100 then at[p] = n end
      end
   end
   return { count = count, mean = sum / count, max = max, at = at }
end

function done(summary, latency, requests)
   local bad, ran_out, first_bad = 0, 0, ""
   for _, t in ipairs(threads) do
      bad = bad + t:get("bad")
      ran_out = ran_out + t:get("ran_out")
      if first_bad == "" then first_bad = t:get("first_bad") end
   end
   local e = summary.errors
   local connections = threads[1]:get("connections")
   local l = measured(summary, latency, connections)
   io.write(string.format(
      "\nRESULT requests=%d timed=%d us=%d bytes=%d mean=%.1f p50=%d p95=%d p99=%d max=%d socket=%d timeout=%d status=%d bad=%d ran_out=%d\n",
      summary.requests, l.count, summary.duration, summary.bytes, l.mean, l.at[50], l.at[95], l.at[99], l.max, e.connect + e.read + e.write, e.timeout, e.status, bad, ran_out))
   if first_bad ~= "" then io.write("FIRST_BAD " .. string.gsub(first_bad, "%s+", " ") .. "\n") end
end
