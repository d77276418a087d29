package load

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var probe = flag.String("probe", "", "files to dump, comma separated")

func TestProbe(t *testing.T) {
	if *probe == "" {
		t.Skip()
	}
	for _, f := range strings.Split(*probe, ",") {
		data, _ := os.ReadFile(f)
		s := readFile(f, data)
		t.Logf("== %s -> %+v\n%s", f, s.input, s.dump())
	}
}
