package valkey

import (
	"context"
	"crypto/sha1" //nolint:gosec // by which the server knows its scripts
	"encoding/hex"
	"strconv"

	"github.com/redis/rueidis"
)

// Script is what the server runs whole, between two other clients' calls. It answers a text, a number, or a
// flat list of both.
type Script struct{ text, sum string }

// NewScript makes a script of Lua, as EVAL takes it.
func NewScript(text string) *Script {
	sum := sha1.Sum([]byte(text)) //nolint:gosec // by which the server knows its scripts
	return &Script{text, hex.EncodeToString(sum[:])}
}

// Answer is what a script answered, number for number as text, and empty where it is nothing.
type Answer []string

// Text is one of the answer's words; empty where it has fewer.
func (a Answer) Text(i int) string {
	if i >= len(a) {
		return ""
	}
	return a[i]
}

// Int is one of the answer's numbers; zero for what is none.
func (a Answer) Int(i int) int64 {
	n, err := strconv.ParseInt(a.Text(i), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// readAnswer reads what the server said.
func readAnswer(result rueidis.RedisResult) (Answer, error) {
	message, err := result.ToMessage()
	if rueidis.IsRedisNil(err) {
		return Answer{""}, nil
	}
	if err != nil {
		return nil, err
	}
	if !message.IsArray() {
		word, err := readWord(&message)
		return Answer{word}, err
	}
	words, err := message.ToArray()
	if err != nil {
		return nil, err
	}
	answer := make(Answer, len(words))
	for i := range words {
		if answer[i], err = readWord(&words[i]); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

func readWord(m *rueidis.RedisMessage) (string, error) {
	switch {
	case m.IsNil():
		return "", nil
	case m.IsInt64():
		n, err := m.AsInt64()
		return strconv.FormatInt(n, 10), err
	default:
		return m.ToString()
	}
}

// run has the server run a script, and watch what it reads for this client.
func (c *Client) run(ctx context.Context, s *Script, watched bool, keys, args []string) rueidis.RedisResult {
	result := c.call(ctx, "EVALSHA", s.sum, watched, keys, args)
	if err, ok := rueidis.IsRedisErr(result.Error()); ok && err.IsNoScript() {
		return c.call(ctx, "EVAL", s.text, watched, keys, args)
	}
	return result
}

func (c *Client) call(
	ctx context.Context, verb, script string, watched bool, keys, args []string,
) rueidis.RedisResult {
	command := c.server.B().Arbitrary(verb, script, strconv.Itoa(len(keys))).Keys(keys...).Args(args...).
		Build()
	if !watched {
		return c.server.Do(ctx, command)
	}
	// The two go to the one connection as one, so nobody else's command comes between them.
	return c.server.DoMulti(ctx, c.server.B().ClientCaching().Yes().Build(), command)[1]
}
