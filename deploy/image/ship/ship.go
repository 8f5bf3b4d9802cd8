// Package ship says what the program that is shipped is built with.
package ship

// Go is the toolchain, on whatever machine: the newest of its kind. The Dockerfile names it too.
const Go = "go1.26.10"
