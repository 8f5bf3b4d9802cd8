package naming

// IsNear reports whether two names are two, and differ by their marks only.
func IsNear(a, b string) bool {
	return Fold(a) == Fold(b) && Identity(a) != Identity(b) && Fold(a) != ""
}
