// Package valkey is what replicas may know together for a moment: a Valkey or Redis server, which a shop has
// or does without. Nothing is kept there that anybody would miss. A server that is gone or slow costs a few
// requests a tenth of a second each; then nobody asks it, until it answers again.
//
// A service gets it from its host (Host.Valkey) and asks it by scripts, which the server runs whole:
//
//	var enter = valkey.NewScript(`return {redis.call('INCR', KEYS[1]), redis.call('PTTL', KEYS[1])}`)
//
//	answer, err := v.Run(ctx, enter, []string{"line portland"}, "10")
//	if err != nil {
//		// it is not there: what this replica knows by itself has to do
//	}
//	n := answer.Int(0)
//
// Whoever uses it has an answer for each error, and asks nobody else to wait: every call ends within
// Patience. Usable says whether a call is worth its words; Count is the counter of a window; Watch tells of
// keys that others have changed since RunWatched read them. A nil *Client is a shop without one: it is never
// usable, and each call fails with ErrAway.
//
// Keys are the shop's own: other shops on the same server have others. Who may be recognised by a key is
// veiled (Veil); what others could have written there is sealed (Seal), and opened by those of the same shop
// only.
package valkey
