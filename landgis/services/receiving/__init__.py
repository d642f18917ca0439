"""The receiving desk: releases that came in, looked at by two pairs of eyes before one speaks for its layer."""
