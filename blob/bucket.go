package blob

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// askTimeout bounds one question to a bucket.
	askTimeout = 10 * time.Second
	// asks is how often something is asked for that failed by nobody's fault: each may be done twice.
	asks = 3
	// askPause is how long it is waited at the most before the second time.
	askPause = 200 * time.Millisecond
	// mostRead bounds what is read of an answer: more than any picture is.
	mostRead = 64 << 20
)

// bucket is a store that speaks S3's language, by path: https://endpoint/bucket/key.
type bucket struct {
	endpoint             *url.URL
	name, prefix, region string
	access, secret       string
	client               *http.Client
	now                  func() time.Time
}

// refusal is an answer that another try does not change.
type refusal struct {
	status int
	code   string
}

func (r refusal) Error() string { return strings.TrimSpace(fmt.Sprintf("%d %s", r.status, r.code)) }

// reach asks the bucket for as little as there is.
func (b *bucket) reach(ctx context.Context) error {
	_, err := b.ask(ctx, http.MethodGet, "", url.Values{"list-type": {"2"}, "max-keys": {"1"}}, "", nil)
	return err
}

func (b *bucket) Put(ctx context.Context, key, contentType string, content []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	_, err := b.ask(ctx, http.MethodPut, b.prefix+key, nil, contentType, content)
	return err
}

func (b *bucket) Get(ctx context.Context, key string) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	content, err := b.ask(ctx, http.MethodGet, b.prefix+key, nil, "", nil)
	var refused refusal
	if errors.As(err, &refused) && refused.code == "NoSuchKey" {
		err = ErrNone
	}
	return content, err
}

func (b *bucket) List(ctx context.Context, under string) (keys []string, err error) {
	if err := checkKey(under); err != nil {
		return nil, err
	}
	query := url.Values{"list-type": {"2"}, "prefix": {b.prefix + under}}
	for {
		content, err := b.ask(ctx, http.MethodGet, "", query, "", nil)
		if err != nil {
			return nil, err
		}
		var page struct {
			Contents    []struct{ Key string }
			IsTruncated bool
			Next        string `xml:"NextContinuationToken"`
		}
		if err := xml.Unmarshal(content, &page); err != nil {
			return nil, fmt.Errorf("read the list of a bucket: %w", err)
		}
		for _, object := range page.Contents {
			keys = append(keys, strings.TrimPrefix(object.Key, b.prefix))
		}
		if !page.IsTruncated || page.Next == "" {
			return keys, nil
		}
		query.Set("continuation-token", page.Next)
	}
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	_, err := b.ask(ctx, http.MethodDelete, b.prefix+key, nil, "", nil)
	return err
}

// ask asks until there is an answer, a few times. All that is asked for may be done twice.
func (b *bucket) ask(
	ctx context.Context, method, key string, query url.Values, contentType string, content []byte,
) (answer []byte, err error) {
	for try := 1; ; try++ {
		answer, err = b.askOnce(ctx, method, key, query, contentType, content)
		var refused refusal
		if err == nil || errors.As(err, &refused) || try == asks || ctx.Err() != nil {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(rand.N(askPause << (try - 1))): //nolint:gosec // jitter
		}
	}
}

func (b *bucket) askOnce(
	ctx context.Context, method, key string, query url.Values, contentType string, content []byte,
) ([]byte, error) {
	at := *b.endpoint
	at.Path, at.RawQuery = "/"+b.name+"/"+key, canonicalQuery(query)
	if key == "" {
		at.Path = "/" + b.name
	}
	request, err := http.NewRequestWithContext(ctx, method, at.String(), bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	b.sign(request, content)
	response, err := b.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the bucket: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, mostRead))
	if err != nil {
		return nil, fmt.Errorf("read the bucket's answer: %w", err)
	}
	return answer, problem(response.StatusCode, answer)
}

// problem is what an answer says is wrong, by its code only: the rest may repeat what was asked.
func problem(status int, answer []byte) error {
	if status/100 == 2 {
		return nil
	}
	var said struct{ Code string }
	_ = xml.Unmarshal(answer, &said)
	if status/100 == 5 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout {
		return fmt.Errorf("the bucket answers %d %s", status, said.Code)
	}
	return refusal{status, said.Code}
}
