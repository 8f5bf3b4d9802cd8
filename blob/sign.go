package blob

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
)

// What a request is signed by: AWS Signature Version 4. Paths need no escaping here, for keys have none of
// the characters that do.
const (
	algorithm = "AWS4-HMAC-SHA256"
	signed    = "host;x-amz-content-sha256;x-amz-date"
)

// sign signs a request, which has these bytes.
func (b *bucket) sign(r *http.Request, content []byte) {
	at, hash := b.now().UTC().Format("20060102T150405Z"), hexOf(content)
	r.Header.Set("X-Amz-Date", at)
	r.Header.Set("X-Amz-Content-Sha256", hash)
	canonical := strings.Join([]string{
		r.Method, r.URL.Path, r.URL.RawQuery,
		"host:" + r.URL.Host, "x-amz-content-sha256:" + hash, "x-amz-date:" + at, "",
		signed, hash,
	}, "\n")
	scope := strings.Join([]string{at[:8], b.region, "s3", "aws4_request"}, "/")
	text := strings.Join([]string{algorithm, at, scope, hexOf([]byte(canonical))}, "\n")
	key := []byte("AWS4" + b.secret)
	for _, part := range strings.Split(scope, "/") {
		key = mac(key, part)
	}
	r.Header.Set("Authorization", algorithm+" Credential="+b.access+"/"+scope+", SignedHeaders="+signed+
		", Signature="+hex.EncodeToString(mac(key, text)))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(text))
	return h.Sum(nil)
}

func hexOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// canonicalQuery is a query as it is signed: sorted, and a space is %20.
func canonicalQuery(query url.Values) string { return strings.ReplaceAll(query.Encode(), "+", "%20") }
