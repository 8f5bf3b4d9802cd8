// Package category is the tree of categories that every market has. It finds the one that a file's words or
// paths mean, and says what a market calls one of its own.
package category
