// Package picture reads the pictures that makers send in. Its header tells what a picture is and what it will
// take to unpack it; what would take too much is refused, unpacked or not. Unpacking is done by a child
// process with a limit of memory and of time, one at a time: a picture that lies about itself ends the child
// and nothing else.
//
// A program that links this package is its own child: it starts itself again, with an argument that is looked
// at before anything else is done (child.go).
package picture
