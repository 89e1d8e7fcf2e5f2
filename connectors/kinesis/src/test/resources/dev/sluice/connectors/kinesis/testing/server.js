// A Kinesis server for tests and trials: node server.js PORT. What it holds is in memory.
// POST /control {"shiftMillis": n} moves its clock; {"operation": "GetRecords", "error": "ProvisionedThroughputExceededException",
// "times": n} refuses the next requests; {"refusedRecords": n} refuses every other record of the next n PutRecords.
const http = require('http')
const cbor = require('cbor')

let shift = 0
let refusals = {}
let refusedRecords = 0
const requests = {}
const now = Date.now
Date.now = () => now() + shift

// The encoder cuts what is larger than its buffer.
const encodeOne = cbor.Encoder.encodeOne
cbor.Encoder.encodeOne = value => encodeOne.call(cbor.Encoder, value, {highWaterMark: 1 << 26})

// A client that goes away ends its request, not the server.
process.on('uncaughtException', e => {
  if (e.code !== 'ECONNRESET' && e.code !== 'EPIPE') {
    console.error(e)
    process.exit(1)
  }
})

// Replaces an action before the server takes it.
function wrap(name, make) {
  const path = require.resolve('kinesalite/actions/' + name)
  const original = require(path)
  require.cache[path].exports = make(original)
}

// Without a record that is young enough the server would never answer; Kinesis gives an iterator at the tip.
wrap('getShardIterator', original => (store, data, cb) => {
  if (data.ShardIteratorType !== 'AT_TIMESTAMP' || data.Timestamp * 1000 > Date.now()) return original(store, data, cb)
  const latest = {StreamName: data.StreamName, ShardId: data.ShardId, ShardIteratorType: 'LATEST'}
  original(store, latest, (error, atTip) => {
    if (error) return cb(error)
    let answered = false
    const once = (err, answer) => { if (!answered) { answered = true; cb(err, answer) } }
    original(store, data, once)
    setTimeout(() => once(null, atTip), 2000)
  })
})

// Bytes and times, which the server writes in JSON's way in CBOR too.
class Data {
  constructor(base64) { this.base64 = base64 }
  toJSON() { return this.base64 }
  encodeCBOR(encoder) { return encoder.pushAny(Buffer.from(this.base64, 'base64')) }
}
class Time {
  constructor(seconds) { this.seconds = seconds }
  toJSON() { return this.seconds }
  encodeCBOR(encoder) { return encoder.pushAny(new cbor.Tagged(1, Math.round(this.seconds * 1000))) }
}
const validations = require('kinesalite/validations')
const checkTypes = validations.checkTypes
validations.checkTypes = (data, types) => {
  // Kinesis counts milliseconds where CBOR means seconds.
  if (data.Timestamp instanceof Date) data.Timestamp = data.Timestamp.getTime() / 1e6
  return checkTypes(data, types)
}
const text = data => Buffer.isBuffer(data) ? data.toString('base64') : data
wrap('putRecord', original => (store, data, cb) => original(store, Object.assign({}, data, {Data: text(data.Data)}), cb))
wrap('getRecords', original => (store, data, cb) => original(store, data, (err, answer) => {
  if (err) return cb(err)
  answer.Records.forEach(record => {
    record.Data = new Data(record.Data)
    record.ApproximateArrivalTimestamp = new Time(arrivals.get(record.SequenceNumber) || record.ApproximateArrivalTimestamp)
  })
  cb(null, answer)
}))

wrap('putRecords', original => (store, data, cb) => {
  data.Records.forEach(record => { record.Data = text(record.Data) })
  if (refusedRecords <= 0 || data.Records.length < 2) return original(store, data, cb)
  refusedRecords--
  const taken = data.Records.filter((_, i) => i % 2 === 0)
  original(store, Object.assign({}, data, {Records: taken}), (err, answer) => {
    if (err) return cb(err)
    const results = data.Records.map((_, i) => i % 2 === 0 ? answer.Records[i / 2]
      : {ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard'})
    cb(null, {FailedRecordCount: data.Records.length - taken.length, Records: results})
  })
})

// The server dates records of new shards into the future.
const arrivals = new Map()
for (const name of ['putRecord', 'putRecords']) {
  wrap(name, original => (store, data, cb) => {
    const at = Date.now() / 1000
    original(store, data, (err, answer) => {
      if (!err) (answer.Records || [answer]).forEach(one => arrivals.set(one.SequenceNumber, at))
      cb(err, answer)
    })
  })
}

const kinesis = require('kinesalite')({createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 1000})

function control(req, res) {
  let body = ''
  req.on('data', data => { body += data })
  req.on('end', () => {
    const asked = body ? JSON.parse(body) : {}
    if ('shiftMillis' in asked) shift = asked.shiftMillis
    if ('refusedRecords' in asked) refusedRecords = asked.refusedRecords
    if (asked.operation) refusals[asked.operation] = asked
    res.end(JSON.stringify(requests))
  })
}

const server = http.createServer((req, res) => {
  if (req.url === '/control') return control(req, res)
  const operation = String(req.headers['x-amz-target']).split('.')[1]
  requests[operation] = (requests[operation] || 0) + 1
  const refusal = refusals[operation]
  if (refusal && refusal.times-- > 0) {
    const type = req.headers['content-type']
    const answer = {__type: refusal.error, message: 'refused for a test'}
    req.resume()
    res.writeHead(refusal.error === 'InternalFailure' ? 500 : 400, {'Content-Type': type})
    return res.end(type === 'application/x-amz-cbor-1.1' ? cbor.Encoder.encodeOne(answer) : JSON.stringify(answer))
  }
  kinesis.emit('request', req, res)
})
server.keepAliveTimeout = 60000
server.listen(Number(process.argv[2] || 0), '127.0.0.1', () => console.log('ready ' + server.address().port))
