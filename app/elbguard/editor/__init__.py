"""What an editor asks while somebody writes: a language server, which judges as check does and cures as fix does."""
