package main

import (
	"strings"
	"testing"
)

func TestWrongSettingsOfReplicasAreSaidInOneLine(t *testing.T) {
	for says, setting := range map[string]string{
		"ARTISAN_BLOBS is a bucket, and its keys are missing: set ARTISAN_BLOBS_ACCESS_KEY": "--blobs=s3://pictures",
		"ARTISAN_BLOBS cannot be read: it looks like s3://bucket":                           "--blobs=gs://pictures",
		"--database-connections is 1: a service has at least 4":                             "--database-connections=1",
	} {
		out, code := artisan(t, "up", "--empty", "--data", t.TempDir()+"/data", "--listen=127.0.0.1:0",
			"--admin=127.0.0.1:0", setting)
		if code == exitDone || strings.Count(out, "\n") != 1 || !strings.Contains(out, says) {
			t.Errorf("%s: exit code %d, %q", setting, code, out)
		}
	}
}
