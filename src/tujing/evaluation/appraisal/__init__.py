"""The guide's appraisal (二（三）): indicators of performance and capability, and what people say."""
