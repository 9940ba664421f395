// The database under the API servers, as its own module brings it.
//
// It ends when its standard input does: whoever started it holds that open, and nothing outlives them.
package main

import (
	"io"
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	etcdmain.Main(os.Args)
}
