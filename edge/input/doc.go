// Package input is how what people type and programs send is read: lines of text,
// quantities and amounts, and JSON objects, of which everything that is wrong is told at
// once. It knows no request.
package input
