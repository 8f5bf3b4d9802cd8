// Package guard stands between an account and who guesses. It says what a password has to be (password.go,
// context.go), makes and compares hashes of passwords, as many at once as memory allows and in turn of
// clients (hash.go, queue.go), and counts how often passwords, codes and letters are tried: by client, by
// account, by both, and by a device that the account knows (attempts.go, device.go, letter.go).
//
// It owns the table attempts. It takes as long for an account that is not there as for a wrong password. It
// knows nothing of sessions: who may do what after a password was right is for others.
package guard
