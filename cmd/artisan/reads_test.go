package main

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// TestWhatOnlyReadsSaysSo looks at the names of all methods between services: what gets or lists may be asked
// again, and what is named after a change may not.
func TestWhatOnlyReadsSaysSo(t *testing.T) {
	waits := []string{"GetImport"} // its caller asks again by itself
	begins := func(name string, words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(name, word) })
	}
	methods := 0
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "artisan.") {
			return true
		}
		for i := range file.Services().Len() {
			all := file.Services().Get(i).Methods()
			for k := range all.Len() {
				name := string(all.Get(k).Name())
				options := all.Get(k).Options().(*descriptorpb.MethodOptions)
				reads := options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS
				methods++
				if begins(name, "Get", "List", "Count") && !reads && !slices.Contains(waits, name) ||
					begins(name, "Put", "Set", "Add", "Remove", "Drop", "Hold", "Release", "Authorise",
						"Check", "Sign", "Follow") && reads {
					t.Errorf("%s of %s: that it has no side effects is %v", name, file.Path(), reads)
				}
			}
		}
		return true
	})
	if methods < 100 {
		t.Errorf("there are %d methods", methods)
	}
}
