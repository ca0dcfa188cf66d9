"""What several kinds of tests share: the command, servers, reviews, manifests of documents, waiting."""
