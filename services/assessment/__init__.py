"""The monthly assessment: facts collected, scores from them, objections, ranking, copies."""
