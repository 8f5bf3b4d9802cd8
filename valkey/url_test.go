package valkey_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/valkey"
)

func TestAnAddressIsReadAsItIsMeant(t *testing.T) {
	for text, want := range map[string]string{
		"redis://cache":              "cache:6379 0 plain",
		"valkey://[::1]:7000/3":      "[::1]:7000 3 plain",
		"rediss://shop:word@cache/":  "cache:6379 0 TLS of cache",
		"valkeys://:word@cache:1/12": "cache:1 12 TLS of cache",
	} {
		option, err := valkey.ReadURL(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := option.InitAddress[0] + " " + string(rune('0'+option.SelectDB%10)) + " plain"
		if option.SelectDB > 9 {
			got = strings.Replace(got, " ", " 1", 1)
		}
		if option.TLSConfig != nil {
			got = strings.Replace(got, "plain", "TLS of "+option.TLSConfig.ServerName, 1)
		}
		if got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestAWrongAddressIsRefusedWithoutItsPassword(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"cache:6379", "http://cache", "redis://", "redis://shop:sesam@cache:port", "redis://cache/one",
		"redis://cache/-1",
		"redis://shop:sesam@cache?ca=file", "rediss://cache?skip_verify=1", "rediss://cache?ca=" + empty,
		"rediss://cache?ca=/nowhere", "redis://cache#a", "redis://shop:s%sam@cache",
	} {
		_, err := valkey.ReadURL(text)
		if err == nil || strings.Contains(err.Error(), "sesam") ||
			!strings.Contains(err.Error(), "ARTISAN_VALKEY_URL") {
			t.Errorf("%s: it says %v", text, err)
		}
	}
}
