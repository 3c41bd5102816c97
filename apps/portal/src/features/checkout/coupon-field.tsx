import { Button } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';

interface CouponFieldProps {
  readonly coupon: string;
  readonly onCouponChange: (coupon: string) => void;
}

/** A code that lowers the price; what it takes off is asked of the server. */
export function CouponField({ coupon, onCouponChange }: CouponFieldProps) {
  const [text, setText] = useState(coupon);
  if (coupon !== '')
    return (
      <div className="flex flex-wrap items-center justify-between gap-4">
        <span>
          Coupon <span className="font-mono text-sm">{coupon}</span>
        </span>
        <Button size="sm" variant="quiet" onClick={() => onCouponChange('')}>
          Remove
        </Button>
      </div>
    );
  const code = text.trim();
  return (
    <Form onSubmit={() => onCouponChange(code)}>
      <div className="flex items-end gap-3">
        <TextField
          name="coupon"
          label="Coupon"
          optional
          mono
          maxLength={64}
          className="grow"
          value={text}
          onValueChange={setText}
        />
        <Button type="submit" disabled={!/^[A-Za-z0-9_-]{1,64}$/.test(code)}>
          Apply
        </Button>
      </div>
    </Form>
  );
}
