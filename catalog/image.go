package catalog

import "regexp"

var imageKeyShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// validImageKey reports whether a key is one that PutImage could have given: the
// SHA-256 of a picture. Nothing else gets near a path.
func validImageKey(key string) bool { return imageKeyShape.MatchString(key) }
