package trust

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const (
	// life is how long a token is good. It is made anew in half that time, so that one which is passed on has
	// time left.
	life = time.Minute
	// skew is how much the clocks of two machines may differ.
	skew = 5 * time.Second
	// maxTokens bounds how many tokens are remembered, made or looked at.
	maxTokens = 2048
)

// Token says who acts in a call, to those that it is for.
type Token struct {
	Text string
	// Certificate is of whose key signed it; empty where all have the same key.
	Certificate string
}

// Claims are what a token says.
type Claims struct {
	// By is who acts and Limits what they may do at the most, in the words of packages audit and rights.
	By     string `json:"by,omitempty"`
	Limits string `json:"may,omitempty"`
	// From are the services of the process that says so, For those that it is said to.
	From []string `json:"from"`
	For  []string `json:"for"`
	// Until is when it ends, in Unix milliseconds.
	Until int64 `json:"until"`
}

// Tokens make and check tokens. They are safe for concurrent use.
type Tokens struct {
	names []string
	key   key
	now   func() time.Time
	made  recent[string, made]
	known recent[Token, Claims]
}

// made is a token that may be used again.
type made struct {
	token Token
	until time.Time
}

func newTokens(names []string, k key, now func() time.Time) *Tokens {
	return &Tokens{
		names: names, key: k, now: now,
		made: recent[string, made]{size: maxTokens}, known: recent[Token, Claims]{size: maxTokens},
	}
}

// Tokens are signed with the certificate's key.
func (i *Identity) Tokens() *Tokens { return newTokens(Named(i.pair.Get().Leaf), i, i.now) }

// Shared are tokens of a process with some services, signed with a secret that others have too: the first
// signs, and all are believed.
func Shared(services []string, now func() time.Time, secrets ...string) *Tokens {
	return newTokens(services, sharedKeys(secrets), now)
}

// Sign makes a token, or answers one that says the same and is good for half of its life at least.
func (t *Tokens) Sign(by, limits string, audience []string) (Token, error) {
	same, now := strings.Join(append([]string{by, limits}, audience...), "\n"), t.now()
	if m, ok := t.made.get(same); ok && m.until.Sub(now) > life/2 {
		return m.token, nil
	}
	until := now.Add(life)
	claims, err := json.Marshal(Claims{by, limits, t.names, audience, until.UnixMilli()})
	if err != nil {
		return Token{}, err
	}
	text := base64.RawURLEncoding.EncodeToString(claims)
	signature, certificate, err := t.key.sign(text)
	if err != nil {
		return Token{}, err
	}
	token := Token{text + "." + base64.RawURLEncoding.EncodeToString(signature), certificate}
	t.made.put(same, made{token, until})
	return token, nil
}

var errForged = &RefusedError{Forged, "what it says of who acts is not what was signed"}

// Check answers what a token says to a service; the error is a RefusedError.
func (t *Tokens) Check(token Token, service string) (Claims, error) {
	claims, known := t.known.get(token)
	if !known {
		var err error
		if claims, err = t.open(token); err != nil {
			return Claims{}, err
		}
		t.known.put(token, claims)
	}
	left := time.UnixMilli(claims.Until).Sub(t.now())
	switch {
	case left < -skew:
		return Claims{}, &RefusedError{Ended, "what it says of who acts is from too long ago, or a clock is off"}
	case left > life+skew:
		return Claims{}, &RefusedError{Ended, "what it says of who acts is from a time to come: a clock is off"}
	case !slices.Contains(claims.For, service):
		return Claims{}, &RefusedError{AnotherAudience, "what it says of who acts is said to other services"}
	}
	return claims, nil
}

// open reads a token whose signature is right.
func (t *Tokens) open(token Token) (claims Claims, err error) {
	text, signed, _ := strings.Cut(token.Text, ".")
	signature, err := base64.RawURLEncoding.DecodeString(signed)
	if err != nil {
		return claims, errForged
	}
	signers, err := t.key.check(text, signature, token.Certificate)
	if err != nil {
		return claims, err
	}
	content, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(content, &claims) != nil {
		return claims, errForged
	}
	if signers != nil {
		claims.From = signers
	}
	return claims, nil
}

// Good reports whether a token with these claims can be passed on to a service: it has time to get there.
func (c Claims) Good(service string, now time.Time) bool {
	return slices.Contains(c.For, service) && time.UnixMilli(c.Until).Sub(now) > skew
}

// OnWordOf decides what a token is worth that services show. The front door's is good by itself (""), from
// itself and from those that it was for, who pass it on. Any other is good on the word of the service that
// signed it, and from that alone.
func (c Claims) OnWordOf(callers []string, front string) (string, error) {
	if slices.Contains(c.From, front) {
		if slices.Contains(callers, front) || share(callers, c.For) {
			return "", nil
		}
		return "", &RefusedError{NotGiven, "it shows what the front door said to others"}
	}
	at := slices.IndexFunc(c.From, func(name string) bool { return slices.Contains(callers, name) })
	if at < 0 {
		return "", &RefusedError{NotGiven, "it shows what another service said"}
	}
	return c.From[at], nil
}
