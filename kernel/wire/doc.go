// Package wire is a kernel's end of the Jupyter messaging protocol: the
// connection file, the five ZeroMQ sockets, signatures, and one struct for the
// content of each message of specification 5.5
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html). It knows
// neither what a kernel does with a message nor any language.
//
// # Peers
//
// ZMTP connections are go-zeromq/zmq4's: greeting, handshake and framing. The
// sockets above them are this package's, because who waits for whom is what a
// kernel lives by, and the net.Conn below them (link) too, because zmq4 panics
// on, allocates for, or waits for ever on bytes that anyone can send. CurveZMQ
// sits in that net.Conn as well (curve).
//
// The rules, each of them with a test:
//
//   - No peer makes another wait. Each has its own reader, writer and queue.
//   - No bytes end the process. A peer that breaks the protocol is cut and
//     logged, and so is a stranger who keeps sending what is refused; a message that is not signed, not new or not JSON is dropped and
//     logged; signed content with wrong fields is Malformed, for a polite answer.
//   - Memory is bounded, in bytes, by Limits: what a peer may send, what may
//     wait for it, what all those who have not shown the key may have under way.
//   - Nothing is dropped for a peer that stays connected. Output waits while
//     subscribers are behind (see Server.Publish), replies never do. Who does
//     not read its replies is not read from.
//   - What is queued when Server.Close is called is delivered.
//
// # Goroutines
//
// A Server owns all of them, and Server.Close returns after the last has ended:
//
//   - Five accepters, one for each socket (socket.accept), started by Listen.
//     They block in Accept, and for at most a second when the system has no
//     file descriptors left, and when connections come faster than
//     the pace. Close stops them by closing the listeners.
//   - One reader for each connection (socket.serve), started by the accepter.
//     It blocks in the handshake, at most for Limits.Handshake; in reading,
//     without limit between messages and for Limits.Stall within one; on the
//     channel of Server.Messages, until the kernel takes the message; on the
//     peer's own full queue. It ends when the connection does; Close makes it
//     throw away what it reads and closes the connection.
//   - One writer for each peer (peer.write), started by its reader after the
//     handshake. It blocks on an empty queue and in writing, at most for
//     Limits.Abandon without progress. It ends when the reader has ended or
//     when Close has been called and the queue is empty.
//   - One that waits for all the others while Close runs.
//
// Callers of Publish block in back-pressure and nowhere else; callers of Reply
// write to the socket themselves when the peer's queue is empty, without
// waiting, which saves a round trip the waking of a goroutine.
package wire
